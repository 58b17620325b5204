// SPDX-License-Identifier: Apache-2.0

/**
 * What an application sees: records, the log it writes them to, settings, status and the ledger.
 */
@NullMarked
package io.kauditd.api;

import org.jspecify.annotations.NullMarked;
