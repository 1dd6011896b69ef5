-- When the event of a delivery that is due again was accepted: the age of what waits is its oldest.
ALTER TABLE open ADD COLUMN accepted INTEGER;
UPDATE open SET accepted = (
    SELECT json_extract(body, '$.message.accepted_at') FROM deliveries WHERE deliveries.id = open.id);
