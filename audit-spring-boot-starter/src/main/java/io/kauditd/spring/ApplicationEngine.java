// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import io.kauditd.api.AuditStatus;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.core.EngineConfig;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Plugins;
import io.kauditd.core.logging.LogRoute;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * An engine that lives as long as the application. Spring destroys it after everything that uses
 * it, and before the logging system ends.
 */
final class ApplicationEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationEngine.class);

  private final Kauditd engine;
  private final Plugins plugins;
  private final Duration closeDeadline;

  private ApplicationEngine(Kauditd engine, Plugins plugins, Duration closeDeadline) {
    this.engine = engine;
    this.plugins = plugins;
    this.closeDeadline = closeDeadline;
  }

  /**
   * Starts it.
   *
   * @throws KauditdConfigurationException if something is wrong with the properties
   */
  static ApplicationEngine start(KauditdProperties properties) {
    EngineConfig config;
    try {
      config = EngineConfig.of(properties.engine());
    } catch (RuntimeException e) {
      throw new KauditdConfigurationException(e);
    }
    Plugins plugins = Plugins.load();
    try {
      // The container closes it, in its own order and time.
      Kauditd engine = config.builder(plugins).closeAtShutdown(false).start();
      return new ApplicationEngine(engine, plugins, config.closeDeadline());
    } catch (RuntimeException e) {
      plugins.close();
      throw new KauditdConfigurationException(e);
    }
  }

  ManagedAuditLog log() {
    return engine;
  }

  @Override
  public void close() {
    AuditStatus last = engine.close(closeDeadline);
    plugins.close();
    Level level = LogRoute.deliveredAll(last) ? Level.INFO : Level.WARN;
    LOG.atLevel(level).log("audit log closed: {}", LogRoute.describe(last));
  }
}
