-- Events of one instant stand in a timeline in the order in which they were written. Rows from before keep 0 and the order of
-- their ids.
ALTER TABLE incident_event ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
