import type { HelmRunner, Host } from '../core/workspace/host.ts';
import type { GitReader } from './gitRevision.ts';

/** What a command needs of the process that it runs in. */
export interface Program {
  /** Must answer at once: the command line reads real files only. */
  readonly host: Host;
  /** Runs `helm`: for those who ask for it. */
  readonly helm: HelmRunner;
  /** Runs `git`: for those who name a revision. */
  readonly git: GitReader;
  /** A path as the user gave it → the core's absolute path. */
  readonly resolve: (path: string) => string;
  /** A path of the core for messages: relative to the current folder where it lies in it. */
  readonly showPath: (path: string) => string;
  readonly readStdin: () => string;
  /** Throws a {@link UsageError} where the file cannot be written, or would lose what the text does not show. */
  readonly writeFile: (path: string, text: string) => void;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly color: boolean;
  /** Whether a progress line on standard error is seen by a person. */
  readonly progress: boolean;
  /** Milliseconds from any start. */
  readonly now: () => number;
}
