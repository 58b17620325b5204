// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import static java.util.stream.Collectors.joining;

import io.kauditd.api.AuditLog;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.UserError;
import io.kauditd.metrics.AuditMetrics;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Serves the meters of a run to Prometheus, under {@code /metrics}, and whether it delivers, under
 * {@code /healthz}. Anybody may be a client, so their resources are limited.
 */
public final class MetricsServer implements AutoCloseable {
  static final BoundedServer.Bounds BOUNDS =
      new BoundedServer.Bounds(32, 8 << 10, Duration.ofSeconds(5));

  private static final String METRICS = "/metrics";
  private static final String HEALTH = "/healthz";
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final ServerSocketChannel socket;
  private final MetricsAddress address;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private @Nullable BoundedServer server;

  private MetricsServer(ServerSocketChannel socket, MetricsAddress address) {
    this.socket = socket;
    this.address = address;
  }

  /**
   * Binds the address, so that a run does not begin without it.
   *
   * @throws UserError if it is not available
   */
  public static MetricsServer bind(MetricsAddress address) {
    var wanted = new InetSocketAddress(address.host(), address.port());
    if (wanted.isUnresolved()) {
      throw UserError.usage(
          address.where()
              + ": the host '"
              + address.host()
              + "' is not known; give an address of this machine, or a port alone");
    }
    try {
      ServerSocketChannel socket = ServerSocketChannel.open();
      try {
        socket.bind(wanted, BOUNDS.connections());
      } catch (IOException e) {
        socket.close();
        throw e;
      }
      return new MetricsServer(socket, address);
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

  /**
   * Serves the meters of logs from now on.
   *
   * @param logs by the names of their transports, which tell several apart
   */
  public void serve(Map<String, ? extends AuditLog> logs, Servers servers) {
    var health = new HealthOfAll(logs); // the server's thread alone
    logs.forEach((name, log) -> {
      List<Tag> tags = logs.size() == 1 ? List.of() : List.of(Tag.of("transport", name));
      new AuditMetrics(log, tags).bindTo(registry);
    });
    servers.bindTo(registry);
    try {
      BoundedServer started =
          BoundedServer.start(
              "metrics",
              socket,
              BOUNDS,
              (request, isAll) ->
                  HttpAnswer.to(request, isAll, (path, accept) -> page(health, path, accept)),
              () -> health.look(System.nanoTime()));
      servers.add(Servers.METRICS, started::counts);
      server = started;
    } catch (IOException e) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT,
          "%s: cannot serve on %s: %s".formatted(address.where(), address, e.getMessage()),
          e);
    }
  }

  /** Where to find them, with the port that was free if any was asked for. */
  public String url() {
    int port = socket.socket().getLocalPort();
    return "http://" + new MetricsAddress(address.host(), port, address.where()) + METRICS;
  }

  private HttpAnswer page(HealthOfAll health, String path, String accept) {
    return switch (path) {
      case METRICS -> {
        String type = accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        yield new HttpAnswer(200, type, registry.scrape(type));
      }
      case HEALTH -> {
        HealthOfAll.Reports reports = health.look(System.nanoTime());
        yield new HttpAnswer(
            reports.allDeliver() ? 200 : 503,
            HttpAnswer.TEXT,
            reports.lines().stream().map(line -> Harmless.line(line) + "\n").collect(joining()));
      }
      default ->
          new HttpAnswer(404, HttpAnswer.TEXT, "there are " + METRICS + " and " + HEALTH + "\n");
    };
  }

  @Override
  public void close() {
    BoundedServer serving = server;
    if (serving != null) {
      serving.close();
    } else {
      try {
        socket.close();
      } catch (IOException e) {
        return; // nobody was ever served
      }
    }
    registry.close();
  }
}
