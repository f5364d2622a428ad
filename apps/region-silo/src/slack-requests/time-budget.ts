/**
 * What work comes to, or `undefined` when it takes longer. The work itself goes on; its failure after that is nobody's any more.
 *
 * @param ms milliseconds
 * @throws what the work throws within its time
 */
export async function withinBudget<Value>(work: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
