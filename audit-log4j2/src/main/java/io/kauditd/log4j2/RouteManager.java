// SPDX-License-Identifier: Apache-2.0
package io.kauditd.log4j2;

import io.kauditd.api.AuditStatus;
import io.kauditd.core.logging.LogRoute;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.appender.AbstractManager;
import org.apache.logging.log4j.core.appender.ManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A route, shared by all appenders of one configuration. When Log4j is reconfigured, the new
 * appender starts before the old one stops, so the engine goes on with its queues and open files.
 */
final class RouteManager extends AbstractManager {
  private static final ManagerFactory<RouteManager, Map<String, String>> FACTORY =
      (name, written) -> new RouteManager(name, LogRoute.open(written));

  private final LogRoute route;

  private RouteManager(String name, LogRoute route) {
    super(null, name);
    this.route = route;
  }

  static RouteManager of(Map<String, String> written) {
    return getManager("kauditd " + new TreeMap<>(written), FACTORY, written);
  }

  LogRoute route() {
    return route;
  }

  /**
   * The last appender is gone: delivers the waiting records. It does not keep to Log4j's default
   * timeout.
   */
  @Override
  protected boolean releaseSub(long timeout, @Nullable TimeUnit unit) {
    AuditStatus last = route.close();
    // Log4j shows errors by default, and nothing below.
    Level level = LogRoute.deliveredAll(last) ? Level.INFO : Level.ERROR;
    LOGGER.log(level, "{} closed: {}", getName(), LogRoute.describe(last));
    return true;
  }
}
