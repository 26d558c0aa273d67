/** A value outside of the components, which are drawn again when it changes. */
import { useLayoutEffect, useState } from "preact/hooks";

export interface Store<T> {
  readonly value: T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
}

export function store<T>(first: T): Store<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get value() {
      return value;
    },
    set(next) {
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<T>(source: Store<T>): T {
  const [, draw] = useState({});
  const drawn = source.value;
  useLayoutEffect(() => {
    // It may have changed between the drawing and this effect.
    if (source.value !== drawn) draw({});
    return source.subscribe(() => draw({}));
  }, [source]);
  return drawn;
}
