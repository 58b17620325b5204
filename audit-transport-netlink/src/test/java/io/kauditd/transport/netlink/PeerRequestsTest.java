// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.transport.netlink.PeerRequests.Daemon;
import io.kauditd.transport.netlink.PeerRequests.Sender;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The answers of audit_receive_msg(), case by case. */
class PeerRequestsTest {
  private static final int USER = 1000;
  private static final Sender ALICE = new Sender(501, 11, USER);
  private static final Sender BOB = new Sender(502, 12, USER);
  private static final Sender MALLORY = new Sender(666, 13, 1001);

  private final List<String> effects = new ArrayList<>();
  private int testResult;
  private final PeerRequests requests =
      new PeerRequests(
          Set.of(USER),
          new PeerRequests.Effects() {
            @Override
            public int test(Daemon daemon, long candidate) {
              effects.add("test " + daemon.port() + " for " + candidate);
              return testResult;
            }

            @Override
            public void connected(Daemon daemon) {
              effects.add("connect " + daemon.port());
            }

            @Override
            public void disconnected(Daemon daemon) {
              effects.add("disconnect " + daemon.port());
            }
          });

  private int setPid(Sender sender, long pid) {
    MemorySegment data = MemorySegment.ofArray(new byte[Nl.HEADER + KernelStatus.LENGTH]);
    Nl.putHeader(data, 0, (int) data.byteSize(), Nl.AUDIT_SET, Nl.NLM_F_REQUEST, 1);
    KernelStatus.putChange(data, Nl.HEADER, KernelStatus.MASK_PID, pid);
    return requests.handle(sender, data, 0, (int) data.byteSize());
  }

  @Test
  void whoComesFirstGetsThePlace() {
    assertThat(setPid(ALICE, 11)).isZero();
    assertThat(requests.daemon()).isEqualTo(new Daemon(501, 11, USER));
    assertThat(effects).containsExactly("connect 501");
  }

  @Test
  void onlyOnesOwnPidIsTaken() {
    assertThat(setPid(ALICE, 12)).isEqualTo(-Errno.EINVAL);
    assertThat(effects).isEmpty();
  }

  @Test
  void aHealthyDaemonKeepsThePlace() {
    setPid(ALICE, 11);
    assertThat(setPid(BOB, 12)).isEqualTo(-Errno.EEXIST);
    assertThat(setPid(ALICE, 11)).isEqualTo(-Errno.EEXIST);
    assertThat(effects).containsExactly("connect 501", "test 501 for 12", "test 501 for 11");
  }

  @Test
  void aDaemonThatIsFullIsHealthy() {
    setPid(ALICE, 11);
    testResult = -Errno.EAGAIN;
    assertThat(setPid(BOB, 12)).isEqualTo(-Errno.EEXIST);
  }

  @Test
  void aDaemonThatIsGoneIsReplaced() {
    setPid(ALICE, 11);
    testResult = -Errno.ECONNREFUSED;
    assertThat(setPid(BOB, 12)).isZero();
    assertThat(effects)
        .containsExactly("connect 501", "test 501 for 12", "disconnect 501", "connect 502");
  }

  @Test
  void onlyTheDaemonUnregistersItself() {
    setPid(ALICE, 11);
    assertThat(setPid(BOB, 0)).isEqualTo(-Errno.EACCES);
    assertThat(requests.daemon()).isNotNull();
    assertThat(setPid(ALICE, 0)).isZero();
    assertThat(requests.daemon()).isNull();
    assertThat(effects).endsWith("disconnect 501");
  }

  @Test
  void anotherSocketOfTheSameProcessMayUnregister() {
    setPid(ALICE, 11);
    assertThat(setPid(new Sender(777, 11, USER), 0)).isZero();
    assertThat(effects).endsWith("disconnect 501");
  }

  @Test
  void unregisteringNobodyIsNoError() {
    assertThat(setPid(ALICE, 0)).isZero();
    assertThat(effects).isEmpty();
  }

  @Test
  void strangersAreRefusedWhateverTheyAsk() {
    assertThat(setPid(MALLORY, 13)).isEqualTo(-Errno.EPERM);
    MemorySegment get = MemorySegment.ofArray(new byte[Nl.HEADER]);
    Nl.putHeader(get, 0, Nl.HEADER, Nl.AUDIT_GET, Nl.NLM_F_REQUEST, 1);
    assertThat(requests.handle(MALLORY, get, 0, Nl.HEADER)).isEqualTo(-Errno.EPERM);
    assertThat(requests.handle(ALICE, get, 0, Nl.HEADER)).isEqualTo(PeerRequests.STATUS);
    assertThat(requests.handle(new Sender(1, -1, -1), get, 0, Nl.HEADER)).isEqualTo(-Errno.EPERM);
  }

  @Test
  void otherSettingsAndOtherTypesAreRefused() {
    MemorySegment data = MemorySegment.ofArray(new byte[Nl.HEADER + KernelStatus.LENGTH]);
    int length = (int) data.byteSize();
    Nl.putHeader(data, 0, length, Nl.AUDIT_SET, Nl.NLM_F_REQUEST, 1);
    KernelStatus.putChange(data, Nl.HEADER, KernelStatus.MASK_ENABLED, 0);
    assertThat(requests.handle(ALICE, data, 0, length)).isEqualTo(-Errno.EOPNOTSUPP);
    Nl.putHeader(data, 0, length, 1011, Nl.NLM_F_REQUEST, 1);
    assertThat(requests.handle(ALICE, data, 0, length)).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void theEngineForgetsOnlyTheDaemonThatItGaveUp() {
    setPid(ALICE, 11);
    assertThat(requests.forget(502)).isFalse();
    assertThat(requests.daemon()).isNotNull();
    assertThat(requests.forget(501)).isTrue();
    assertThat(requests.daemon()).isNull();
  }
}
