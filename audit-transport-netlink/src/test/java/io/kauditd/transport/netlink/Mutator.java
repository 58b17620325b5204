// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.kauditd.api.AuditRecord;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/** Makes datagrams that are wrong in the ways that matter, from ones that are right. */
final class Mutator {
  private static final int[] EDGES = {
    0,
    1,
    2,
    3,
    4,
    15,
    16,
    17,
    31,
    32,
    36,
    44,
    60,
    255,
    256,
    8970,
    9000,
    65535,
    -1,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE
  };
  private static final int[] TYPES = {
    0, 1, 2, 3, 15, 16, 999, 1000, 1001, 1005, 1006, 1019, 1099, 1100, 1112, 1300, 1320, 1329, 2999,
    65535
  };

  private final Random random;
  private final RecordEncoder encoder = new RecordEncoder();

  Mutator(long seed) {
    random = new Random(seed);
  }

  /** A datagram: sound, or mutated once or several times. */
  byte[] next() {
    byte[] datagram = sound();
    for (int i = random.nextInt(4); i > 0; i--) {
      datagram = mutate(datagram);
    }
    return datagram;
  }

  private byte[] sound() {
    byte[] bytes = new byte[ReceiveBatch.SLOT];
    MemorySegment data = MemorySegment.ofArray(bytes);
    int length =
        switch (random.nextInt(5)) {
          case 0 -> {
            Nl.putHeader(data, 0, 36, Nl.NLMSG_ERROR, 0x100, random.nextInt(4));
            yield 36;
          }
          case 1 -> {
            Nl.putHeader(data, 0, 20, Nl.AUDIT_REPLACE, 0, 0);
            yield 20;
          }
          case 2 -> {
            Nl.putHeader(data, 0, 60, Nl.AUDIT_GET, 0, random.nextInt(4));
            new KernelStatus(1, 1, 7, 0, 64, 0, 0, 127, 15000, 0).put(data, Nl.HEADER);
            yield 60;
          }
          case 3 -> {
            Nl.putHeader(data, 0, 60, Nl.AUDIT_SET, Nl.NLM_F_REQUEST | Nl.NLM_F_ACK, 1);
            KernelStatus.putChange(data, Nl.HEADER, KernelStatus.MASK_PID, random.nextInt(3));
            yield 60;
          }
          default -> {
            byte[] text = new byte[random.nextInt(random.nextInt(20) == 0 ? 8970 : 300)];
            random.nextBytes(text);
            long time = random.nextLong(1L << 41);
            yield encoder.putRecord(
                AuditRecord.ofBytes(1300, time, random.nextInt(1 << 20), text), data, 0, 0);
          }
        };
    return Arrays.copyOf(bytes, length);
  }

  private byte[] mutate(byte[] datagram) {
    MemorySegment data = MemorySegment.ofArray(datagram);
    switch (random.nextInt(7)) {
      case 0 -> {
        return Arrays.copyOf(datagram, random.nextInt(datagram.length + 1)); // truncated
      }
      case 1 -> {
        return Arrays.copyOf(datagram, Math.min(ReceiveBatch.SLOT, datagram.length + edge(64)));
      }
      case 2 -> setInt(data, 0, EDGES[random.nextInt(EDGES.length)]); // a lying length
      case 3 -> {
        if (datagram.length >= 6) {
          data.set(JAVA_SHORT_UNALIGNED, 4, (short) TYPES[random.nextInt(TYPES.length)]);
        }
      }
      case 4 -> setInt(data, edge(datagram.length), EDGES[random.nextInt(EDGES.length)]);
      case 5 -> {
        for (int i = random.nextInt(8); i > 0 && datagram.length > 0; i--) {
          data.set(JAVA_BYTE, random.nextInt(datagram.length), (byte) random.nextInt());
        }
      }
      default -> {
        if (datagram.length > 16) {
          int at = 16 + random.nextInt(Math.min(40, datagram.length - 16)); // in the stamp
          data.set(JAVA_BYTE, at, (byte) ".:()0 9\0".charAt(random.nextInt(8)));
        }
      }
    }
    return datagram;
  }

  private int edge(int bound) {
    return bound <= 0 ? 0 : random.nextInt(bound);
  }

  private static void setInt(MemorySegment data, long at, int value) {
    if (at + 4 <= data.byteSize()) {
      data.set(JAVA_INT_UNALIGNED, at, value);
    }
  }
}
