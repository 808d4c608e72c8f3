package impact

import (
	"fmt"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// benchRecords are records of many callers, calls, resources and times.
func benchRecords() (records [][]byte) {
	for i := range 4096 {
		source, name, parameters := "ec2.amazonaws.com", "DescribeInstances", `{"instancesSet":{},"filterSet":{}}`
		switch i % 4 {
		case 1:
			source, name, parameters = "s3.amazonaws.com", "GetObject", fmt.Sprintf(`{"bucketName":"data","Host":"data.s3.amazonaws.com","key":"reports/%d.csv"}`, i%512)
		case 2:
			source, name, parameters = "dynamodb.amazonaws.com", "GetItem", `{"tableName":"orders","key":{"id":"x"},"consistentRead":false}`
		case 3:
			source, name, parameters = "kms.amazonaws.com", "Decrypt", `{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::data/x"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}`
		}
		role := fmt.Sprintf("app-%d", i%64)
		records = append(records, fmt.Appendf(nil, `{"eventVersion":"1.09","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:i-%08d","arn":"arn:aws:sts::111122223333:assumed-role/%[2]s/i-%08[1]d","accountId":"111122223333","accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::111122223333:role/service/%[2]s","accountId":"111122223333","userName":"%[2]s"},"webIdFederationData":{},"attributes":{"creationDate":"2026-03-01T11:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2026-03-01T12:%02[3]d:%02[4]dZ","eventSource":"%[5]s","eventName":"%[6]s","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.17","userAgent":"aws-sdk-go-v2/1.30.3 os/linux lang/go#1.26.1 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.173.0","requestParameters":%[7]s,"responseElements":null,"requestID":"b9a4c1f0-2f7e-4a0c-9d0f-%012[1]d","eventID":"7f7c4b0e-6ad0-4c0e-8a70-%012[1]d","readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"ec2.eu-west-1.amazonaws.com"}}`,
			i, role, i/60%60, i%60, source, name, parameters))
	}
	return records
}

func benchAnalysis(b *testing.B) *Analysis {
	b.Helper()
	d, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[
	 {"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::data","arn:aws:s3:::data/*"]},
	 {"Effect":"Allow","Action":["ec2:*","dynamodb:*","kms:*","logs:*","sqs:*"],"Resource":"*"},
	 {"Effect":"Deny","Action":["kms:*","dynamodb:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}},
	 {"Effect":"Deny","Action":["iam:*"],"Resource":"*"}]}`))
	if err != nil {
		b.Fatal(err)
	}
	return New(Question{New: Everyone(eval.Compile(d))})
}

// BenchmarkRecord: one record of a log, most of which are like earlier ones.
func BenchmarkRecord(b *testing.B) {
	records, a := benchRecords(), benchAnalysis(b)
	var size int64
	for _, r := range records {
		size += int64(len(r))
	}
	b.SetBytes(size / int64(len(records)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		a.Add(records[i%len(records)])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkDecision: one record that is like none before.
func BenchmarkDecision(b *testing.B) {
	records, a := benchRecords(), benchAnalysis(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		clear(a.memo.kinds)
		clear(a.memo.outcomes)
		a.Add(records[i%len(records)])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
}
