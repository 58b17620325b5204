// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import io.kauditd.api.AuditLog;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.metrics.AuditMetrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * The engine, and what a Spring Boot application expects around it: the repository of its audit
 * events, a health indicator and meters. If an application defines an {@link AuditLog} of its own,
 * all of this uses that one.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = AuditAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "kauditd.enabled", matchIfMissing = true)
@EnableConfigurationProperties(KauditdProperties.class)
public final class KauditdAutoConfiguration {
  KauditdAutoConfiguration() {}

  /** The engine that the properties describe. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(AuditLog.class)
  static class Engine {
    @Bean
    ApplicationEngine kauditdEngine(KauditdProperties properties) {
      return ApplicationEngine.start(properties);
    }

    /**
     * The log for code that changes its settings or watches it. {@link #kauditdEngine} is closed
     * when the application ends.
     */
    @Bean(destroyMethod = "")
    ManagedAuditLog managedAuditLog(ApplicationEngine kauditdEngine) {
      return kauditdEngine.log();
    }

    /** For code that logs. */
    @Bean
    @Primary
    AuditLog auditLog(ManagedAuditLog managedAuditLog) {
      return managedAuditLog.producer();
    }
  }

  /** The application's audit events. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(AuditEventRepository.class)
  static class Events {
    @Bean
    @ConditionalOnMissingBean(AuditEventRepository.class)
    KauditdAuditEventRepository auditEventRepository(
        AuditLog auditLog, KauditdProperties properties) {
      return new KauditdAuditEventRepository(auditLog, properties.events());
    }
  }

  /** Health. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
  static class Health {
    @Bean
    @ConditionalOnEnabledHealthIndicator("kauditd")
    @ConditionalOnMissingBean(name = "kauditdHealthIndicator")
    KauditdHealthIndicator kauditdHealthIndicator(AuditLog auditLog) {
      return new KauditdHealthIndicator(auditLog);
    }
  }

  /** Meters. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({MeterBinder.class, AuditMetrics.class})
  static class Meters {
    @Bean
    @ConditionalOnMissingBean
    AuditMetrics auditMetrics(AuditLog auditLog) {
      return new AuditMetrics(auditLog);
    }
  }
}
