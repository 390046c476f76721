/**
 * So many hands that take what is due, one after another, until nothing is.
 *
 * A slow thing holds up one hand only: whoever finds something due calls another. Must never overlook what was put in
 * while all hands were looking for the last time.
 */

export interface Pool {
  /** Something may be due. Answers at once and never throws. */
  wake(): void;
  isBusy(): boolean;
  /** Resolves when nothing is under way. */
  finished(): Promise<void>;
  /** Takes on nothing more. */
  stop(): void;
}

export interface PoolOptions<Item> {
  readonly atOnce: number;
  /** One thing that is due, for this caller alone; null when nothing is. */
  claim(): Promise<Item | null>;
  /** Answers whether there is any use in going on now; false leaves the rest until somebody wakes it again. */
  carryOut(item: Item): Promise<boolean>;
  failed(error: unknown): void;
}

export function createPool<Item>({ atOnce, claim, carryOut, failed }: PoolOptions<Item>): Pool {
  const underWay = new Set<Promise<void>>();
  let wokenInVain = false;
  let useless = false;
  let stopped = false;

  function wake(): void {
    useless = false;
    begin();
  }

  function begin(): void {
    if (stopped || useless) return;
    // One of those at work may just have looked for the last time.
    wokenInVain = underWay.size >= atOnce;
    if (wokenInVain) return;
    const work = carryOutAll()
      .catch(failed)
      .finally(() => {
        underWay.delete(work);
        if (wokenInVain) begin();
      });
    underWay.add(work);
  }

  async function carryOutAll(): Promise<void> {
    while (!stopped && !useless) {
      const item = await claim();
      if (item === null) return;
      // Where one is due there may be more: a slow one holds up none of them.
      begin();
      useless = !(await carryOut(item));
    }
  }

  return {
    wake,
    isBusy: () => underWay.size > 0,
    async finished() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop() {
      stopped = true;
    },
  };
}
