import { Inject, Injectable } from '@nestjs/common';

/** DI token of the address of the product's own pages; `undefined` where nothing is a link. */
export const PRODUCT_URL = Symbol('PRODUCT_URL');

/** Pages of the product that messages link to. */
@Injectable()
export class ProductUrls {
  constructor(@Inject(PRODUCT_URL) private readonly productUrl: string | undefined) {}

  /** Empty where the product's address is not told: labels stand without a link then. */
  of(organizationSlug: string, path: string): string {
    if (this.productUrl === undefined) return '';
    return `${this.productUrl.replace(/\/$/, '')}/organizations/${organizationSlug}/${path}`;
  }
}
