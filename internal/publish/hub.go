package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
)

// Hub calls BatchImportFindings of Security Hub, which is all that Ringfence does there. The
// SDK's client of the service knows the details of every kind of resource, and would make the
// function larger by a seventh, so this one signs a request of its own with the SDK's signer.
//
// What fails for a moment is tried again as in every client; one that hangs is not, since it is
// told again as the report has it, and others wait for their turn.
//
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
type Hub struct {
	config  aws.Config
	url     string
	signer  *v4.Signer
	retryer *awserr.Retryer
}

// NewHub makes a client of Security Hub in the region of the configuration.
func NewHub(config aws.Config) *Hub {
	domain := "amazonaws.com"
	if strings.HasPrefix(config.Region, "cn-") {
		domain = "amazonaws.com.cn"
	}
	base := "https://securityhub." + config.Region + "." + domain
	if config.BaseEndpoint != nil {
		base = *config.BaseEndpoint
	}
	return &Hub{config: config, url: strings.TrimSuffix(base, "/") + "/findings/import", signer: v4.NewSigner(), retryer: awserr.NewRetryer()}
}

// put imports one finding, which takes the place of what Security Hub has under its Id.
func (h *Hub) put(ctx context.Context, f finding.Finding) error {
	body, err := json.Marshal(struct{ Findings []asff }{[]asff{asffOf(f, h.config.Region)}})
	if err != nil {
		return errclass.New(errclass.Refused, "%w", err)
	}
	return h.persist(ctx, func(ctx context.Context) error {
		text, err := h.post(ctx, body)
		if err != nil {
			return err
		}
		return failure(text)
	})
}

// answerLimit is more than an answer about one finding has.
const answerLimit = 1 << 20

func (h *Hub) post(ctx context.Context, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	credentials, err := h.config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(body)
	if err := h.signer.SignHTTP(ctx, credentials, req, hex.EncodeToString(hash[:]), "securityhub", h.config.Region, time.Now()); err != nil {
		return nil, err
	}
	resp, err := h.config.HTTPClient.Do(req)
	if err != nil {
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil || resp.StatusCode == http.StatusOK {
		return text, err
	}
	return nil, refusal(resp, text)
}
