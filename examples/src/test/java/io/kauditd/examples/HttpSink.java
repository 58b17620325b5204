// SPDX-License-Identifier: Apache-2.0
package io.kauditd.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A collector that answers nothing until it is told to. It keeps each line once: what it took and
 * could not acknowledge comes again.
 */
final class HttpSink implements AutoCloseable {
  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch reading = new CountDownLatch(1);
  private final Set<String> lines = new LinkedHashSet<>();

  HttpSink() throws IOException {
    server.setExecutor(threads);
    server.createContext("/audit", this::serve);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/audit";
  }

  void read() {
    reading.countDown();
  }

  /** The lines that have come, in the order in which they came first. */
  synchronized List<String> lines() {
    return new ArrayList<>(lines);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
      if (!body.isEmpty()) { // else somebody asks whether anybody is there
        reading.await();
      }
      synchronized (this) {
        body.lines().forEach(lines::add);
      }
      exchange.sendResponseHeaders(204, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
