/**
 * From whom our mails come, resolved where one is sent: a change of the configuration needs no restart.
 */
import type { BrandDocument, MailDocument } from '../configuration/documents.ts';
import { defaultBrand } from '../pages/brand.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { headerLine } from './message.ts';

export interface Sender {
  readonly name: string;
  readonly address: string;
}

export function senderOf(mail: MailDocument, brand: BrandDocument, publicUrl: URL): Sender {
  return {
    name: headerLine(mail.from_name ?? brand.product_name ?? defaultBrand.productName),
    address: mail.from_address ?? defaultAddress(publicUrl),
  };
}

/** A public address that is a bare IP address is no domain that a mail could come from. */
function defaultAddress({ hostname }: URL): string {
  return canonicalEmail(`no-reply@${hostname}`) ?? 'no-reply@localhost';
}
