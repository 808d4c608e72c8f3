SELECT json_format(CAST(MAP(
  ARRAY['userIdentity', 'eventTime', 'eventSource', 'eventName', 'awsRegion', 'errorCode', 'requestParameters', 'responseElements', 'eventID', 'recipientAccountId', 'eventVersion', 'sourceIPAddress', 'userAgent', 'errorMessage', 'additionalEventData', 'requestID', 'readOnly', 'resources', 'eventType', 'eventCategory', 'serviceEventDetails', 'sharedEventID', 'addendum'],
  ARRAY[CAST("useridentity" AS JSON), CAST("eventtime" AS JSON), CAST("eventsource" AS JSON), CAST("eventname" AS JSON), CAST("awsregion" AS JSON), CAST("errorcode" AS JSON), CAST("requestparameters" AS JSON), CAST("responseelements" AS JSON), CAST("eventid" AS JSON), CAST("recipientaccountid" AS JSON), CAST("eventversion" AS JSON), CAST("sourceipaddress" AS JSON), CAST("useragent" AS JSON), CAST("errormessage" AS JSON), CAST("additionaleventdata" AS JSON), CAST("requestid" AS JSON), CAST("readonly" AS JSON), CAST("resources" AS JSON), CAST("eventtype" AS JSON), CAST("eventcategory" AS JSON), CAST("serviceeventdetails" AS JSON), CAST("sharedeventid" AS JSON), CAST("addendum" AS JSON)]) AS JSON)) AS eventjson
FROM "logs"."trail"
WHERE "timestamp" >= '2026/03/01'
  AND "timestamp" <= '2026/04/01'
  AND (("eventsource" = 'iam.amazonaws.com'
    AND "eventname" IN ('CreateRole', 'TagRole'))
    OR ("eventsource" = 'sso.amazonaws.com'
    AND "eventname" = 'PutPermissionsBoundaryToPermissionSet'))
  AND "eventtime" >= TIMESTAMP '2026-03-01 00:00:00'
  AND "eventtime" < TIMESTAMP '2026-04-01 00:00:00'
  AND ("recipientaccountid" IN ('111122223333', '444455556666') OR "recipientaccountid" IS NULL)
-- reads the partitions of timestamp 2026/03/01 to 2026/04/01
