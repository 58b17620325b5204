// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Binds SLF4J to standard error for the tool, in the form of its other messages: the kernel's lines
 * as people grep for them ({@code audit: audit_lost=…}), and no stack trace unless {@code --debug}
 * asks for it. Public for {@link java.util.ServiceLoader} alone.
 */
public final class ToolLogProvider implements SLF4JServiceProvider {
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter mdc = new NOPMDCAdapter();

  /** For ServiceLoader. */
  public ToolLogProvider() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return ToolLogger::of;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return mdc;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {}
}
