// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import io.kauditd.api.AuditLog;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.UserError;
import io.kauditd.metrics.AuditMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Serves the meters of a run to Prometheus, under {@code /metrics}, and whether it delivers, under
 * {@code /healthz}. Its clients may be anybody, so what they can take is bounded.
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
  private final Health health = new Health(); // the server's thread alone
  private @Nullable BoundedServer server;

  private MetricsServer(ServerSocketChannel socket, MetricsAddress address) {
    this.socket = socket;
    this.address = address;
  }

  /**
   * Takes the address, so that it is known to be free before the run begins.
   *
   * @throws UserError if it cannot be had
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

  /** Serves the meters of {@code log} from now on. */
  public void serve(AuditLog log, Servers servers) {
    new AuditMetrics(log).bindTo(registry);
    servers.bindTo(registry);
    try {
      BoundedServer started =
          BoundedServer.start(
              "metrics",
              socket,
              BOUNDS,
              (request, isAll) ->
                  HttpAnswer.to(request, isAll, (path, accept) -> page(log, path, accept)),
              () -> look(log));
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

  private HttpAnswer page(AuditLog log, String path, String accept) {
    return switch (path) {
      case METRICS -> {
        String type = accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        yield new HttpAnswer(200, type, registry.scrape(type));
      }
      case HEALTH -> {
        Health.Report report = look(log);
        yield new HttpAnswer(
            report.state() == Health.State.DELIVERING ? 200 : 503,
            HttpAnswer.TEXT,
            Harmless.line(report.toString()) + "\n");
      }
      default ->
          new HttpAnswer(404, HttpAnswer.TEXT, "there are " + METRICS + " and " + HEALTH + "\n");
    };
  }

  private Health.Report look(AuditLog log) {
    return health.look(log.status(), System.nanoTime());
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
