import { installDynamodbLocal } from './dynamodb_local.mjs';

installDynamodbLocal();
