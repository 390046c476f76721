import { databaseContract } from './database.ts';

databaseContract();
