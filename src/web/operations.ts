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
    if (c.req.path === assets.stylesheetPath) {
      return c.body(assets.css, 200, { ...headers, 'Content-Type': 'text/css; charset=utf-8' });
    }
    if (c.req.path === assets.waitingPath) {
      return c.body(assets.waiting, 200, { ...headers, 'Content-Type': 'text/javascript; charset=utf-8' });
    }
    if (c.req.path === assets.signingOutPath) {
      return c.body(assets.signingOut, 200, { ...headers, 'Content-Type': 'text/javascript; charset=utf-8' });
    }
    if (c.req.path === assets.ltiStoragePath) {
      return c.body(assets.ltiStorage, 200, { ...headers, 'Content-Type': 'text/javascript; charset=utf-8' });
    }
    if (c.req.path === assets.submitPath) {
      return c.body(assets.submit, 200, { ...headers, 'Content-Type': 'text/javascript; charset=utf-8' });
    }
    if (c.req.path === assets.ltiClosePath) {
      return c.body(assets.ltiClose, 200, { ...headers, 'Content-Type': 'text/javascript; charset=utf-8' });
    }
    if (c.req.path === assets.iconPath)
      return c.body(assets.icon, 200, { ...headers, 'Content-Type': 'image/svg+xml' });
    const picture = await findPicture(c.req.param('file'));
    if (picture === null) return c.notFound();
    // I-08: always as what it was checked to be, whatever a browser would make of it.
    return c.body(new Uint8Array(picture), 200, { ...headers, 'Content-Type': 'image/png' });
  });
}
