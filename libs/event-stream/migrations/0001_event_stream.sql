CREATE TABLE stream_partition (
  topic         text   NOT NULL,
  partition_no  integer NOT NULL CHECK (partition_no >= 0),
  low_offset    bigint NOT NULL DEFAULT 0,
  next_offset   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, partition_no)
);

CREATE TABLE stream_record (
  topic         text        NOT NULL,
  partition_no  integer     NOT NULL,
  record_offset bigint      NOT NULL,
  appended_at   timestamptz NOT NULL,
  key           bytea,
  value         bytea,
  headers       text        NOT NULL,
  PRIMARY KEY (topic, partition_no, record_offset)
);

-- Who reads a group's topics now; a member that has not been seen for a while is gone.
CREATE TABLE stream_member (
  consumer_group text        NOT NULL,
  member_id      uuid        NOT NULL,
  seen_at        timestamptz NOT NULL,
  PRIMARY KEY (consumer_group, member_id)
);

-- Where a group has got to, as a hint for monitoring and for consumers that keep no position of their own.
CREATE TABLE stream_position (
  consumer_group text    NOT NULL,
  topic          text    NOT NULL,
  partition_no   integer NOT NULL,
  next_offset    bigint  NOT NULL,
  PRIMARY KEY (consumer_group, topic, partition_no)
);
