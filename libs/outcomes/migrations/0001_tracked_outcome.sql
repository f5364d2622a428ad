-- Outcomes that this app has tracked and that are not in their topic yet: written in the transaction of what they count, removed when
-- the topic has confirmed them. Receivers count each once by its outcome_id.
CREATE TABLE tracked_outcome (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  outcome_id uuid NOT NULL DEFAULT gen_random_uuid(),
  at timestamptz NOT NULL DEFAULT now(),
  org_id bigint NOT NULL CHECK (org_id >= 0),
  project_id bigint NOT NULL DEFAULT 0 CHECK (project_id >= 0),
  outcome text NOT NULL,
  category text NOT NULL,
  reason text,
  quantity bigint NOT NULL CHECK (quantity > 0)
);
