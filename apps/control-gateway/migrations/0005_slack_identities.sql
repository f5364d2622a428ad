-- Who somebody of a Slack workspace is in the product; one to one within a workspace, the newest link wins (slack.md §6.5).
CREATE TABLE slack_identity (
  integration_id bigint NOT NULL REFERENCES integration (id) ON DELETE CASCADE,
  -- In the order of its bytes: people are told in stretches of it.
  slack_user_id  text COLLATE "C" NOT NULL CHECK (length(slack_user_id) BETWEEN 1 AND 64),
  user_id        bigint NOT NULL,
  -- Whether they want the product's notifications in Slack.
  is_notified    boolean NOT NULL DEFAULT false,
  date_linked    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (integration_id, slack_user_id),
  UNIQUE (integration_id, user_id)
);

-- Regions of the workspace look again, as after any other change of an integration (0003_tell_regions.sql).
CREATE FUNCTION slack_identity_tells_regions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_regions(changed.integration_id, array_agg(DISTINCT region_name))
  FROM (SELECT coalesce(NEW.integration_id, OLD.integration_id) AS integration_id) AS changed
    JOIN organization_integration USING (integration_id) JOIN organization_mapping USING (organization_id)
  GROUP BY changed.integration_id;
  RETURN NULL;
END $$;
CREATE TRIGGER slack_identity_tells_regions AFTER INSERT OR DELETE OR UPDATE OF user_id ON slack_identity
  FOR EACH ROW EXECUTE FUNCTION slack_identity_tells_regions();

-- Links that were used: a page works once, and a link is good for an hour.
CREATE TABLE slack_link_used (
  nonce   text PRIMARY KEY CHECK (length(nonce) <= 64),
  used_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX slack_link_used_at ON slack_link_used (used_at);
