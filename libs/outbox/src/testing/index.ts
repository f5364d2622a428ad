export { RegionStandIn } from './region-stand-in';
export type { ReceivedDelivery } from './region-stand-in';
export { DeliveryKit, testSettings } from './delivery-kit';
