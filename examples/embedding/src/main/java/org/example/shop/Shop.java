// SPDX-License-Identifier: Apache-2.0
package org.example.shop;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Plugins;
import io.kauditd.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An application with a login page, which audits each login.
 *
 * <ul>
 *   <li>{@code POST /login} with {@code account password} as its body answers 200 or 403.
 *   <li>{@code GET /audit} says where every audit record is.
 * </ul>
 */
public final class Shop implements AutoCloseable {
  private final AuditLog audit;
  private final LoginAudit logins;
  private final Map<String, String> passwords;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  /**
   * Starts the application.
   *
   * @param audit where logins are recorded; whoever started it closes it
   * @param port 0 for any that is free
   */
  public Shop(AuditLog audit, Map<String, String> passwords, int port) throws IOException {
    this.audit = audit;
    this.logins = new LoginAudit(audit);
    this.passwords = Map.copyOf(passwords);
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/login", this::login);
    server.createContext("/audit", this::showAudit);
    server.start();
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void login(HttpExchange exchange) throws IOException {
    String[] words = new String(exchange.getRequestBody().readAllBytes(), UTF_8).split(" ", 2);
    boolean success = words.length == 2 && words[1].equals(passwords.get(words[0]));
    logins.login(words[0], exchange.getRemoteAddress().getAddress().getHostAddress(), success);
    answer(exchange, success ? 200 : 403, success ? "welcome\n" : "no\n");
  }

  private void showAudit(HttpExchange exchange) throws IOException {
    answer(exchange, 200, describe(audit.status()) + "\n");
  }

  private static void answer(HttpExchange exchange, int code, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(code, body.length);
    try (exchange;
        var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Where every record is, in one line. */
  static String describe(AuditStatus status) {
    Ledger ledger = status.ledger();
    return "logged %d = delivered %d + waiting %d + dropped %d; lost %d; waited %d ms; %s"
        .formatted(
            ledger.logged(),
            ledger.delivered(),
            ledger.waiting(),
            ledger.droppedTotal(),
            status.lost(),
            status.backlogWaitTimeActualMs(),
            status.connected() ? "connected" : "not connected");
  }

  @Override
  public void close() {
    server.stop(1);
    threads.close();
  }

  /**
   * Runs until standard input ends.
   *
   * @param args the port; the id of a transport; its options as {@code key=value}
   */
  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      System.err.println("usage: Shop PORT TRANSPORT [KEY=VALUE]...");
      System.exit(2);
    }
    var options = new java.util.HashMap<String, String>();
    for (int i = 2; i < args.length; i++) {
      String[] option = args[i].split("=", 2);
      options.put(option[0], option.length == 2 ? option[1] : "");
    }
    try (Plugins plugins = Plugins.load()) {
      Transport transport = plugins.newTransport(args[1], options);
      Kauditd audit =
          Kauditd.builder()
              .transport(args[1], transport)
              .reopenPauses(Duration.ofMillis(100), Duration.ofSeconds(1))
              .start();
      try (var shop =
          new Shop(audit.producer(), Map.of("alice", "secret"), Integer.parseInt(args[0]))) {
        System.out.println("listening on port " + shop.port());
        while (System.in.read() >= 0) {
          // until it is closed
        }
      }
      System.out.println(describe(audit.close(Duration.ofSeconds(10))));
    }
  }
}
