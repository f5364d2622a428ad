-- People of a workspace and who they are in the product; control decides and tells (slack.md §4.6, §6.5).
CREATE TABLE slack_identity (
  integration_id bigint NOT NULL,
  -- In the order of its bytes: people are told in stretches of it.
  slack_user_id  text COLLATE "C" NOT NULL CHECK (length(slack_user_id) BETWEEN 1 AND 64),
  user_id        bigint NOT NULL,
  PRIMARY KEY (integration_id, slack_user_id)
);
CREATE INDEX slack_identity_user ON slack_identity (integration_id, user_id);
