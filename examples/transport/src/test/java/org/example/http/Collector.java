// SPDX-License-Identifier: Apache-2.0
package org.example.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;

/** A real server on a real port that takes lines, and says what the test wants. */
final class Collector implements Closeable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private volatile ToIntFunction<List<String>> answer = batch -> 204;
  private volatile boolean busy;
  private volatile String authorization = "";
  private boolean mute;
  private HttpServer server;
  private ExecutorService threads;
  private int port;

  Collector() {
    start();
  }

  String url() {
    return "http://127.0.0.1:" + port + "/audit";
  }

  /** The lines that have arrived. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** What the last request said about who it is. */
  String authorization() {
    return authorization;
  }

  /** Listens, on the port that it had before. */
  void start() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      port = server.getAddress().getPort();
      threads = Executors.newVirtualThreadPerTaskExecutor();
      server.setExecutor(threads);
      server.createContext("/audit", this::serve);
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      byte[] body = exchange.getRequestBody().readAllBytes();
      List<String> batch = new String(body, ISO_8859_1).lines().toList();
      if (batch.isEmpty()) {
        exchange.sendResponseHeaders(204, -1);
        return;
      }
      int status = busy ? 503 : answer.applyAsInt(batch);
      if (status == 204) {
        lines.addAll(batch);
      }
      awaitNotMute();
      exchange.sendResponseHeaders(status, -1);
    }
  }

  private synchronized void awaitNotMute() {
    while (mute) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Answers each batch so from now on; with 204 it takes it. */
  void answer(ToIntFunction<List<String>> newAnswer) {
    answer = newAnswer;
  }

  /** Has no room, and says so, until it is resumed. */
  void stall() {
    busy = true;
  }

  /** Takes batches and answers nothing until it is resumed. */
  synchronized void mute() {
    mute = true;
  }

  synchronized void resume() {
    busy = false;
    mute = false;
    notifyAll();
  }

  /** Ends as a process ends that was killed: connections are closed. */
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Override
  public void close() {
    resume();
    stop();
  }
}
