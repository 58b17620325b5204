// SPDX-License-Identifier: Apache-2.0
/** The contracts that a plug-in author's tests run. */
package io.kauditd.testkit;
