import type { PostTradeTools } from '../activities/dependencies';
import type { Catalog } from '../src/catalog';
import { DEFAULT_DETECTORS } from '../src/domain/post-trade/surveillance';
import type { Driver } from '../src/persistence/driver';
import { SqlPostTradeStore } from '../src/persistence/post-trade-store';
import { postTradeSettingsOf } from '../src/post-trade-settings';

/** What post-trade runs go by; detectors of one's own are added here (`addDetector`). */
export const postTradeTools = (catalog: Catalog, database: Driver): PostTradeTools => ({
  store: new SqlPostTradeStore(database),
  settings: postTradeSettingsOf(catalog.postTrade),
  detectors: DEFAULT_DETECTORS,
  feeTerms: new Map(catalog.venues.map(({ venue, makerFeeBps, takerFeeBps }) => [venue, { makerFeeBps, takerFeeBps }])),
});
