package sqs

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// maxBatch is the maximum number of entries in a batch.
const maxBatch = 10

// checkBatch validates what all batches have in common: number of entries and ids.
func checkBatch[E any](entries []E, id func(E) *string) error {
	switch {
	case len(entries) == 0:
		return batchError("EmptyBatchRequest", "There should be at least one entry in the request.")
	case len(entries) > maxBatch:
		return batchError("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.")
	}
	seen := map[string]bool{}
	for _, e := range entries {
		i := aws.ToString(id(e))
		if !validName(i) {
			return batchError("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[i] {
			return batchError("BatchEntryIdsNotDistinct", "Id "+i+" repeated.")
		}
		seen[i] = true
	}
	return nil
}

func batchError(code, message string) error {
	return &wire.Error{Status: 400, Code: code, Message: message, QueryCode: "AWS.SimpleQueueService." + code}
}

// failed reports an entry that failed because of the sender.
func failed(id *string, err error) types.BatchResultErrorEntry {
	entry := types.BatchResultErrorEntry{Id: id, SenderFault: true, Code: aws.String("InternalError"), Message: aws.String(err.Error())}
	var e *wire.Error
	if errors.As(err, &e) {
		entry.Code, entry.Message = aws.String(e.Code), aws.String(e.Message)
	}
	return entry
}
