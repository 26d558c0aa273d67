/** Reads the list or the page again. */
import { Icon } from "./icon";

export function Reload({ of }: { of: { reload: () => void; isLoading: boolean } }) {
  return (
    <button
      type="button"
      class="button is-quiet"
      aria-disabled={of.isLoading}
      onClick={() => of.isLoading || of.reload()}
    >
      <Icon name="reload" /> Reload
    </button>
  );
}
