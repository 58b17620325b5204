// SPDX-License-Identifier: Apache-2.0

/**
 * The interfaces that plug-ins implement: queues, transports, error policies and record sources,
 * each with a provider that {@link java.util.ServiceLoader} finds.
 */
@NullMarked
package io.kauditd.spi;

import org.jspecify.annotations.NullMarked;
