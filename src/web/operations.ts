/**
 * What runs the broker asks: is it alive, is it ready, and the files that pages need.
 *
 * `/healthz` says that the process answers. `/readyz` says that it can sign people in: one provider that is down does not
 * make it unready, the database does (O-13). Neither says anything else.
 */
import type { WebApp } from './context.ts';

const FOR_EVER = 'public, max-age=31536000, immutable';

export interface OperationsDependencies {
  readonly isReady: () => Promise<boolean>;
  /** A picture that an operator gave a provider, by the name of its file. */
  readonly findPicture: (file: string) => Promise<Uint8Array | null>;
}

export function mountOperations(app: WebApp, { isReady, findPicture }: OperationsDependencies): void {
  app.get('/healthz', (c) => c.text('ok\n'));

  app.get('/readyz', async (c) => {
    const ready = await isReady().catch(() => false);
    return ready ? c.text('ready\n') : c.text('not ready\n', 503, { 'Retry-After': '5' });
  });

  app.get('/assets/:file', async (c) => {
    const { assets } = c.var;
    const headers = { 'Cache-Control': FOR_EVER };
    const asset = assets.files.get(c.req.path);
    if (asset !== undefined) return c.body(asset.content, 200, { ...headers, 'Content-Type': asset.contentType });
    const picture = await findPicture(c.req.param('file'));
    if (picture === null) return c.notFound();
    // I-08: always as what it was checked to be, whatever a browser would make of it.
    return c.body(new Uint8Array(picture), 200, { ...headers, 'Content-Type': 'image/png' });
  });
}
