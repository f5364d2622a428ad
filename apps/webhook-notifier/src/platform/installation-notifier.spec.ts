import type { Transaction } from '@switchyard/database';
import type { OccurrenceIntake } from '../occurrences/occurrence-intake.service';
import type { Installation } from './app';
import { InstallationNotifier } from './installation-notifier';

describe(InstallationNotifier.name, () => {
  it.each(['updated', '', 'CREATED', 'created ', 'delete'])(
    "A3: the action '%s' is refused, and nothing is written",
    async (action) => {
      const write = jest.fn();
      const query = jest.fn();
      const notifier = new InstallationNotifier({ write } as unknown as OccurrenceIntake);
      const notify = notifier.notify(
        { query } as unknown as Transaction,
        {} as Installation,
        { id: 7, name: 'Jane' },
        action,
      );
      await expect(notify).rejects.toMatchObject({ message: `Invalid action '${action}'`, status: 401 });
      expect([write, query].map((mock) => mock.mock.calls.length)).toEqual([0, 0]);
    },
  );
});
