// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the addresses of a host, in bounded time. The system may wait many seconds for a name
 * server that is gone, and cannot be interrupted. So a thread waits instead, one at a time, and a
 * later call takes its answer.
 */
final class HostLookup {
  private final String host;
  private @Nullable CompletableFuture<List<InetAddress>> asked;

  HostLookup(String host) {
    this.host = host;
  }

  /** The addresses, one or more. */
  List<InetAddress> addresses(long endNs) throws IOException {
    try {
      return List.of(InetAddress.ofLiteral(host)); // asks nobody
    } catch (IllegalArgumentException e) {
      return ask(endNs);
    }
  }

  private List<InetAddress> ask(long endNs) throws IOException {
    var answer = asked;
    if (answer == null) {
      answer = new CompletableFuture<>();
      asked = answer;
      Thread.ofPlatform().daemon().name("kauditd-host-lookup").start(asking(answer));
    }
    try {
      var found = answer.get(Math.max(0, endNs - System.nanoTime()), TimeUnit.NANOSECONDS);
      asked = null;
      return found;
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("no name server answers who " + host + " is");
    } catch (ExecutionException e) {
      asked = null;
      throw new UnknownHostException("the host is not known");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it asked who " + host + " is", e);
    }
  }

  private Runnable asking(CompletableFuture<List<InetAddress>> answer) {
    return () -> {
      try {
        answer.complete(List.of(InetAddress.getAllByName(host)));
      } catch (UnknownHostException | RuntimeException e) {
        answer.completeExceptionally(e);
      }
    };
  }
}
