// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Sends the audit events of a Spring Boot application through the audit queues. */
@NullMarked
module io.kauditd.spring {
  requires static com.fasterxml.jackson.annotation;
  requires static org.jspecify;
  requires transitive io.kauditd.core;
  requires io.kauditd.metrics;
  requires micrometer.core;
  requires org.slf4j;
  requires spring.beans;
  requires spring.boot;
  requires spring.boot.actuator;
  requires spring.boot.actuator.autoconfigure;
  requires spring.boot.autoconfigure;
  requires spring.boot.health;
  requires spring.context;
  requires spring.core;
  requires static spring.security.web;

  exports io.kauditd.spring;

  opens io.kauditd.spring; // to Spring, which makes what is declared there
}
