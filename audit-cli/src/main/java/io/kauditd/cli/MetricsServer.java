// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kauditd.api.AuditLog;
import io.kauditd.metrics.AuditMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves the meters of a run to Prometheus, under {@code /metrics}. */
final class MetricsServer implements AutoCloseable {
  private static final String PATH = "/metrics";
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final HttpServer server;
  private final MetricsAddress address;
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private MetricsServer(HttpServer server, MetricsAddress address) {
    this.server = server;
    this.address = address;
  }

  /**
   * Takes the address, so that it is known to be free before the run begins.
   *
   * @throws UserError if it cannot be had
   */
  static MetricsServer bind(MetricsAddress address) {
    var wanted = new InetSocketAddress(address.host(), address.port());
    if (wanted.isUnresolved()) {
      throw UserError.usage(
          address.where()
              + ": the host '"
              + address.host()
              + "' is not known; give an address of this machine, or a port alone");
    }
    try {
      return new MetricsServer(HttpServer.create(wanted, 0), address);
    } catch (BindException e) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT,
          "%s: cannot listen on %s (%s); give another, or 0 for any port that is free"
              .formatted(address.where(), address, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT,
          "%s: cannot listen on %s: %s".formatted(address.where(), address, e.getMessage()),
          e);
    }
  }

  /** Serves the meters of {@code log} from now on. */
  void serve(AuditLog log) {
    new AuditMetrics(log).bindTo(registry);
    server.createContext("/", this::answer);
    server.setExecutor(requests); // a client that is slow holds up itself alone
    server.start();
  }

  /** Where to find them, with the port that was free if any was asked for. */
  String url() {
    var bound = new MetricsAddress(address.host(), server.getAddress().getPort(), address.where());
    return "http://" + bound + PATH;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        send(exchange, 405, TEXT, "only GET and HEAD are served\n");
      } else if (exchange.getRequestURI().getPath().equals(PATH)) {
        String accepted = exchange.getRequestHeaders().getFirst("Accept");
        String type =
            accepted != null && accepted.contains("application/openmetrics-text")
                ? OPEN_METRICS
                : TEXT;
        send(exchange, 200, type, registry.scrape(type));
      } else {
        send(exchange, 404, TEXT, "the metrics are at " + PATH + "\n");
      }
    }
  }

  private static void send(HttpExchange exchange, int code, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(code, -1);
    } else {
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    requests.shutdownNow();
    registry.close();
  }
}
