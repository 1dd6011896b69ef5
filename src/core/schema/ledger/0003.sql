-- The volumes behind the first one, whose tables are `deliveries` and `log`: those of volume n are `deliveries_n` and `log_n`, which
-- are made with it and dropped with it. A dropped row costs nothing; one that is deleted costs what it did to write it.
-- `bytes_before` is what the database took without the volume.
CREATE TABLE volumes (
    number INTEGER PRIMARY KEY,
    began INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    bytes_before INTEGER NOT NULL
) STRICT;
