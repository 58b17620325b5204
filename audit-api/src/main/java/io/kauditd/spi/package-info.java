// SPDX-License-Identifier: Apache-2.0

/**
 * What a plug-in implements: queues, transports, error policies and record sources, each with a
 * provider that {@link java.util.ServiceLoader} finds.
 */
@NullMarked
package io.kauditd.spi;

import org.jspecify.annotations.NullMarked;
