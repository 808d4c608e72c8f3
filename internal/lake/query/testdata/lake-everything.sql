SELECT eventjson
FROM a1b2c3d4-5678-90ab-cdef-111122223333
WHERE ((eventsource = 'iam.amazonaws.com'
    AND eventname IN ('CreateRole', 'TagRole'))
    OR (eventsource = 'sso.amazonaws.com'
    AND eventname = 'PutPermissionsBoundaryToPermissionSet'))
-- reads the whole event data store: no time is asked for (--since, --until)
