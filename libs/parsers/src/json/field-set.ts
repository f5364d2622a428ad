/** A tree of the fields that somebody wants to know of a JSON document. */
export interface FieldNode {
  readonly children: ReadonlyMap<string, FieldNode>;
}

interface MutableNode {
  readonly children: Map<string, MutableNode>;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Compiles paths such as `installation.id` once, for {@link readFields}.
 *
 * @throws Error for a path that is written wrongly: a mistake in our code
 */
export function fieldSet(...paths: readonly string[]): FieldNode {
  const root: MutableNode = { children: new Map() };
  for (const path of paths) {
    let node = root;
    for (const name of path.split('.')) {
      if (!NAME.test(name)) throw new Error(`not a path of fields: ${path}`);
      const child = node.children.get(name) ?? { children: new Map<string, MutableNode>() };
      node.children.set(name, child);
      node = child;
    }
  }
  return root;
}
