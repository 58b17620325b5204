// SPDX-License-Identifier: Apache-2.0

/**
 * The types for applications: records, the log that they are written to, settings, status and the
 * ledger.
 */
@NullMarked
package io.kauditd.api;

import org.jspecify.annotations.NullMarked;
