export { signHexHmac, verifyHexHmac } from './hex-hmac';
export type { HexHmacForm } from './hex-hmac';
export { verifySharedSecret } from './shared-secret';
