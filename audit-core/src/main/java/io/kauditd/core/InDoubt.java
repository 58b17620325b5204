// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.util.HashMap;
import java.util.Map;

/**
 * The records that may have arrived although the transport did not take them, until they are sent
 * again. Only the owner calls it.
 *
 * <p>A record that waits may come back as another object, since a spool reads it anew, so it is
 * known by what it says of itself. Several records of one event can say the same; then it is not
 * known which of them is sent again, but how many are is still right.
 *
 * <p>The number is never too low: where there are too many to remember, each counts at once.
 */
final class InDoubt {
  /** What is remembered of one takes some 80 bytes. */
  private static final int MOST = 16_384;

  private final Map<Key, Integer> waiting = new HashMap<>();
  private int count;

  private record Key(int type, long timeMs, long serial) {
    static Key of(AuditRecord record) {
      return new Key(record.type(), record.timeMs(), record.serial());
    }
  }

  /**
   * One call of the transport has returned.
   *
   * @param stage what it was given, nothing of which is settled yet
   * @return how many records that were in doubt were sent again
   */
  int sent(Stage stage, SendResult result) {
    if (count == 0 && result.inDoubt() == 0) {
      return 0;
    }
    int written = result.taken() + result.inDoubt();
    int again = 0;
    for (int i = 0; count > 0 && i < written; i++) {
      again += forget(Key.of(stage.given(i))) ? 1 : 0;
    }
    // A record that is rejected is not sent again, whatever else is known of it.
    int first = result.taken() + (result.error() == SendError.REJECTED ? 1 : 0);
    for (int i = first; i < written; i++) {
      again += remember(Key.of(stage.given(i))) ? 0 : 1;
    }
    return again;
  }

  private boolean remember(Key key) {
    if (count == MOST) {
      return false;
    }
    count++;
    waiting.merge(key, 1, Integer::sum);
    return true;
  }

  private boolean forget(Key key) {
    Integer same = waiting.remove(key);
    if (same == null) {
      return false;
    }
    count--;
    if (same > 1) {
      waiting.put(key, same - 1);
    }
    return true;
  }

  /** Records that are remembered. */
  int count() {
    return count;
  }

  /** None of them is there any more: what was not sent again was dropped. */
  void clear() {
    waiting.clear();
    count = 0;
  }
}
