/** Placeholder of the interface; the implementation follows. */

export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | null;
}

export interface OutboundResponse {
  readonly status: number;
  /** Lower-case names; several fields of one name joined with a comma. */
  readonly headers: { readonly [name: string]: string };
  /** Decoded as UTF-8; at most the limit of the caller's `createOutbound`. */
  readonly body: string;
}

/** @throws SignInError provider_timeout, provider_unreachable, provider_answer_too_large, provider_answer_invalid */
export type Outbound = (request: OutboundRequest) => Promise<OutboundResponse>;
