// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process as the daemon of an engine in peer mode, or as one that listens to it. */
final class PeerRegistration extends Registration {
  private static final Logger LOG = LoggerFactory.getLogger(PeerDaemon.class);

  private final PeerDaemon.Mode mode;
  private final long enginePort;
  private final Set<Integer> engineUsers;
  private final long self = ProcessHandle.current().pid();

  // of the registration's own thread
  private boolean registered;
  private boolean asked;
  private boolean engineSeen = true;

  PeerRegistration(
      NetlinkSocket receiving,
      WakeUp wakeUp,
      ReceiveProblems problems,
      PeerDaemon.Builder settings,
      Set<Integer> engineUsers) {
    super(receiving, wakeUp, problems, settings.enginePort, settings.watchIntervalMs);
    mode = settings.mode;
    enginePort = settings.enginePort;
    this.engineUsers = engineUsers;
  }

  @Override
  public boolean trusts(int user) {
    return engineUsers.contains(user);
  }

  @Override
  public void tested(long candidate) {
    if (candidate != self) {
      LOG.info("process {} asked for the daemon's place; the engine refused it", candidate);
    }
  }

  @Override
  KernelChannel openChannel() throws NetlinkException {
    return KernelChannel.toEngine(enginePort);
  }

  @Override
  void takePlace(KernelChannel engine) throws NetlinkException {
    keepPlace(engine);
  }

  @Override
  void keepPlace(KernelChannel engine) throws NetlinkException {
    KernelStatus status;
    try {
      status = engine.status(); // of a listener, this is also how the engine learns of it
    } catch (NetlinkException e) {
      engineMissing(e);
      return;
    }
    if (mode == PeerDaemon.Mode.LISTENER) {
      if (!registered) {
        LOG.info("listening to the engine at port {}", enginePort);
        registered = true;
      }
    } else if (asked && status.pid() == self) {
      registered = true; // it has been all the time, if the engine's answer was late or got lost
    } else {
      registered = false;
      takeFrom(status);
    }
    engineSeen = true;
  }

  private void engineMissing(NetlinkException e) throws NetlinkException {
    if (e.errno() == Errno.EPERM) {
      throw new NetlinkException(
          e.errno(),
          "the engine at port "
              + enginePort
              + " refuses this user; run as the engine's user, or allow this one there"
              + " (option 'allow-uids')");
    }
    registered = false;
    if (engineSeen) {
      LOG.info(
          "no engine answers at port {} ({}); waiting for it",
          enginePort,
          Errno.describe(e.errno()));
      engineSeen = false;
    }
  }

  private void takeFrom(KernelStatus status) throws NetlinkException {
    int error = register(self);
    if (error == -Errno.EEXIST) {
      throw new NetlinkException(
          Errno.EEXIST,
          "cannot register with the engine at port "
              + enginePort
              + ": process "
              + status.pid()
              + " holds the daemon's place; stop it first");
    }
    if (error == 0 || error == -Errno.ETIMEDOUT) {
      asked = true; // the answer may have found a socket full of the first records
    }
    if (error == -Errno.ECONNREFUSED || error == -Errno.ETIMEDOUT || error == -Errno.EAGAIN) {
      engineMissing(new NetlinkException(-error, "no answer"));
      return;
    }
    if (error < 0) {
      throw new NetlinkException(
          -error,
          "the engine at port " + enginePort + " refused this daemon: " + Errno.describe(-error));
    }
    registered = true;
    LOG.info("registered as the daemon of the engine at port {}, process {}", enginePort, self);
  }

  @Override
  void givePlaceBack(KernelChannel engine) {
    if (registered && mode == PeerDaemon.Mode.DAEMON) {
      registered = false;
      try {
        engine.set(KernelStatus.MASK_PID, 0, "unregister");
      } catch (NetlinkException e) {
        LOG.debug("the engine is gone already", e);
      }
    }
  }
}
