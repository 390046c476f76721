/**
 * Processes of the bench, and how they talk: questions by name over Node's own channel between parent and child.
 *
 * Each part runs in a process of its own, so that what the server spends is the server's alone. A child ends when its
 * parent does, however that ends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Json } from '../src/model.ts';

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: Json;
}

type Answer = { readonly id: number; readonly answer: Json } | { readonly id: number; readonly failure: string };

export type Questions = { readonly [name: string]: (argument: Json) => Json | Promise<Json> };

/**
 * In a child: answers the parent's questions until the parent closes the channel, then ends the process by `end`.
 *
 * To be called before anything is awaited, and before a library listens to the channel too: a question that arrives
 * earlier would be lost.
 */
export function answerParent(questions: Questions, end: () => Promise<void> = async () => {}): void {
  process.on('message', async ({ id, name, argument }: Question) => {
    try {
      const question = questions[name];
      if (question === undefined) throw new Error(`there is no question ${name}`);
      process.send?.({ id, answer: await question(argument) } satisfies Answer);
    } catch (error) {
      process.send?.({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once('disconnect', () => end().finally(() => process.exit(0)));
}

export interface Child {
  readonly pid: number;
  /** @throws Error with the child's own words, or when it ends before it answers. */
  ask(name: string, argument?: Json): Promise<Json>;
  stop(): Promise<void>;
}

/** Runs a program of this folder, on the named core where the system can (`taskset`). Its output goes nowhere but stderr. */
export function startChild(program: string, command: readonly string[], environment: NodeJS.ProcessEnv): Child {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const [file = process.execPath, ...before] = [...command, process.execPath];
  const child = spawn(file, [...before, path], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: environment });
  const ended = once(child, 'exit');
  const waiting = new Map<number, PromiseWithResolvers<Json>>();
  let questions = 0;
  child.on('message', (message: Answer) => {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if ('failure' in message) asked?.reject(new Error(`${program}: ${message.failure}`));
    else asked?.resolve(message.answer);
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${program} ended before it answered`));
  });
  return {
    pid: child.pid ?? 0,
    ask(name, argument = null) {
      const asked = Promise.withResolvers<Json>();
      questions += 1;
      waiting.set(questions, asked);
      child.send({ id: questions, name, argument } satisfies Question);
      return asked.promise;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
