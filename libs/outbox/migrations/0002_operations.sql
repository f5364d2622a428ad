-- allow-risk blocking-index: dead letters are few, and no version without it was ever released
-- What operators stop and move. A hold keeps every mailbox that it covers from being delivered; storing goes on.
CREATE TABLE hold (
  scope text NOT NULL CHECK (scope IN ('mailbox', 'integration', 'region')),
  -- A mailbox's name, `provider:subject`, or a region's name.
  value text NOT NULL CHECK (length(value) <= 300),
  reason text NOT NULL CHECK (length(reason) <= 500),
  actor text NOT NULL,
  held_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, value)
);

-- A bulk action: planned first, then run in batches, each with its progress in one transaction; so a crash repeats none and loses none.
CREATE TABLE operation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('replay', 'discard_dead', 'discard_waiting')),
  selection jsonb NOT NULL,
  state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'running', 'done', 'cancelled')),
  -- How many were selected when it was planned, and how many are done.
  total bigint NOT NULL,
  done bigint NOT NULL DEFAULT 0,
  -- Nothing newer than this is touched: what arrives meanwhile was not in the plan.
  up_to_id bigint NOT NULL,
  cursor_id bigint NOT NULL DEFAULT 0,
  actor text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  claimed_until timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX operation_running ON operation (id) WHERE state = 'running';

-- Who did what, written in the transaction that did it.
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX dead_letter_mailbox ON dead_letter (mailbox, id);
