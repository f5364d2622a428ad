-- People who asked to join an organization, or for whom somebody asked (slack.md §5.6).
CREATE TABLE membership_request (
  id              bigint PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organization (id),
  kind            text NOT NULL CHECK (kind IN ('invite', 'join')),
  email           text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  name            text NOT NULL DEFAULT '' CHECK (length(name) <= 200),
  -- The account of somebody who asked by themselves.
  user_id         bigint,
  role            text NOT NULL CHECK (role IN ('billing', 'member', 'admin', 'manager', 'owner')),
  state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'rejected')),
  decided_by      bigint,
  decided_at      timestamptz,
  date_added      timestamptz NOT NULL DEFAULT now(),
  CHECK (kind = 'invite' OR user_id IS NOT NULL),
  CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE INDEX membership_request_open ON membership_request (organization_id, id) WHERE state = 'open';
