/** The providers with the highest total net fee. */
import { useGet } from "../api/hooks";
import { Bars } from "../parts/charts";
import { Page, Panel } from "../parts/page";
import { Empty, Loading } from "../parts/states";
import { count, dollars } from "../parts/values";
import { href } from "../router";

const SHOWN = 20;

export function ProvidersPage() {
  const top = useGet("/top-provider-npis", { query: { limit: SHOWN } });
  return (
    <Page title="Top providers" above={{ title: "Claims", href: href(["claims"]) }}>
      <Panel title="Total net fee" note="Of all claims that are not void. A provider opens its claims.">
        <Loading from={top} lines={10}>
          {(providers) =>
            providers.length ? (
              <Bars
                caption="Providers and the total of their net fees"
                bars={providers.map((each) => ({
                  label: each.provider_npi,
                  value: each.total_net_fee,
                  text: `${dollars(each.total_net_fee)} · ${count(each.claims)} ${each.claims === 1 ? "claim" : "claims"}`,
                  href: href(["claims"], { provider_npi: each.provider_npi }),
                }))}
              />
            ) : (
              <Empty title="No claims yet" />
            )
          }
        </Loading>
      </Panel>
    </Page>
  );
}
