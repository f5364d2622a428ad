-- What is turned away for now with 429, before anything is written (spec: gateway.md §5.10). integration_id 0: the whole provider.
CREATE TABLE shed (
  provider text NOT NULL CHECK (length(provider) <= 64),
  integration_id bigint NOT NULL DEFAULT 0,
  reason text NOT NULL CHECK (length(reason) <= 500),
  actor text NOT NULL,
  shed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (provider, integration_id)
);
