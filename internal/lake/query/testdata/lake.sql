SELECT eventjson
FROM a1b2c3d4-5678-90ab-cdef-111122223333
WHERE ((eventsource = 'iam.amazonaws.com'
    AND eventname IN ('CreateRole', 'TagRole'))
    OR (eventsource = 'sso.amazonaws.com'
    AND eventname = 'PutPermissionsBoundaryToPermissionSet'))
  AND eventtime >= '2026-03-01 00:00:00'
  AND eventtime < '2026-04-01 00:00:00'
  AND (recipientaccountid IN ('111122223333', '444455556666') OR recipientaccountid IS NULL)
-- reads the events 2026-03-01T00:00:00Z to 2026-04-01T00:00:00Z
