-- An organization on its way to another region (docs/decisions/0026). One open move per organization.
CREATE TABLE organization_move (
  organization_id bigint PRIMARY KEY,
  from_region text NOT NULL,
  to_region text NOT NULL,
  -- `provider:id` of its integrations when the move began.
  integrations text[] NOT NULL,
  actor text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  -- When the directory named the new region.
  switched_at timestamptz,
  -- Webhooks up to this one may still be on their way to the old region.
  barrier_id bigint,
  finished_at timestamptz
);
